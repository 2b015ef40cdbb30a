/** As Meta's networks refuse a call. */
export const graphRefusal = (message: string) => ({ error: { message, type: "OAuthException", code: 100 } });
