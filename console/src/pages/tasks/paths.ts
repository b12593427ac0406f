export const taskPath = (taskId: string): string => `/tasks/${encodeURIComponent(taskId)}`
