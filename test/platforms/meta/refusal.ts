/** A refusal as Meta's networks send it. */
export const graphRefusal = (message: string) => ({ error: { message, type: "OAuthException", code: 100 } });
