/** Renders "little text", the markup of a post's commentary (docs/networks/linkedin.md, section 5). */

const reserved = new Set("\\|{}@[]()<>#*_~");

/**
 * What people see. At the first reserved character that is neither escaped nor part of a hashtag, a mention or a
 * template, LinkedIn cuts the text without a word.
 */
export function showCommentary(commentary: string): string {
  let shown = "";
  let rest = commentary;
  while (rest !== "") {
    const element = readElement(rest, shown);
    if (element !== undefined) {
      shown += element.shown;
      rest = rest.slice(element.length);
      continue;
    }
    const [character = ""] = rest;
    if (reserved.has(character)) return shown;
    shown += character;
    rest = rest.slice(character.length);
  }
  return shown;
}

interface Element {
  readonly shown: string;
  readonly length: number;
}

/** The escaped character, hashtag, mention or template at the start of the text. */
function readElement(text: string, before: string): Element | undefined {
  const escaped = /^\\([\\|{}@[\]()<>#*_~])/.exec(text);
  if (escaped?.[1] !== undefined) return { shown: escaped[1], length: 2 };
  const template = /^\{hashtag\|\\#\|((?:[^\\|{}]|\\.)+)\}/u.exec(text);
  if (template?.[1] !== undefined) return { shown: `#${unescaped(template[1])}`, length: template[0].length };
  const mention = /^@\[((?:[^\\[\]]|\\.)+)\]\(urn:li:(?:person|organization):[\w-]+\)/u.exec(text);
  if (mention?.[1] !== undefined) return { shown: unescaped(mention[1]), length: mention[0].length };
  // A hashtag stands at the start or after a space; an underscore inside it has to be escaped like everywhere else.
  const hashtag = /^#((?:[\p{L}\p{M}\p{N}]|\\_)+)/u.exec(text);
  if (hashtag?.[1] !== undefined && /(^|\s)$/u.test(before))
    return { shown: `#${unescaped(hashtag[1])}`, length: hashtag[0].length };
  return undefined;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gu, "$1");
}
