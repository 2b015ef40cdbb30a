/** Pieces that are costly for a careless pattern when they are repeated without end. */
export const pieces: readonly string[] = [
  ...["a", ".", "@", ")", "#", "_", "?a=b&", "/", "\\", '"', '\\"', " ", "\n", "-token-", "token=", "%25"],
  ...["@a", "#a", "a.", "a.bc", ".@", "@a.b@c.d", "http://", "http://a....", "http://a)))))", "x://"],
  ...["\nparams: ", "\n   ", "cookie: ", "Bearer ", "+/-a", "あ.com", "👩\u200d", "🇩", "\u0301\u0327"],
  ...["<b>", "<a>", "</i>", "<b></i>", "&amp;", "&", "<!--"],
];

/** What may surround them: a beginning without its end. */
export const surroundings: readonly (readonly [string, string])[] = [
  ["", ""],
  ["http://a", "x"],
  ["@", "!"],
  ['"', ""],
];
