export async function handler(): Promise<unknown> {
  return { statusCode: 200 }
}
