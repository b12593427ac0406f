export const webhookPath = (webhookId: string): string => `/webhooks/${encodeURIComponent(webhookId)}`
