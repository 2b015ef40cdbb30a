/**
 * Reads multipart/form-data as bytes. Node's own reader decodes every part without a file name as text,
 * but X's clients send pictures in such parts.
 */
const lineBreak = Buffer.from("\r\n");
const headEnd = Buffer.from("\r\n\r\n");

/** Returns the parts by name, or undefined if the body is not multipart or incomplete. */
export function readMultipart(contentType: string, body: Buffer): Map<string, Buffer> | undefined {
  const boundary = /^multipart\/form-data\s*;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const name = boundary?.[1] ?? boundary?.[2];
  if (name === undefined) return undefined;
  const parts = new Map<string, Buffer>();
  // With a line break before the first delimiter, all delimiters look the same.
  const text = Buffer.concat([lineBreak, body]);
  const delimiter = Buffer.from(`\r\n--${name}`);
  let start = text.indexOf(delimiter);
  while (start !== -1) {
    const partStart = start + delimiter.length;
    if (text.subarray(partStart, partStart + 2).toString() === "--") return parts;
    const next = text.indexOf(delimiter, partStart);
    const headStop = text.indexOf(headEnd, partStart);
    if (next === -1 || headStop === -1 || headStop > next) return undefined;
    const field = /^content-disposition:.*?\bname="([^"]*)"/im.exec(
      text.subarray(partStart, headStop).toString(),
    )?.[1];
    if (field !== undefined) parts.set(field, text.subarray(headStop + headEnd.length, next));
    start = next;
  }
  return undefined;
}
