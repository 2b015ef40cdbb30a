/** Pages of a given size that are costly for a careless parser. Other software only finds them long. */

export interface HostilePage {
  readonly name: string;
  /** @param size the approximate number of bytes */
  make(size: number): string;
  readonly type?: string;
}

const ld = (json: string) => `<title>A page</title><script type="application/ld+json">${json}</script>`;
const fill = (piece: string, size: number) => piece.repeat(Math.ceil(size / piece.length));
const times = (count: number, make: (index: number) => string) =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, index) => make(index)).join("");
const listed = (count: number, make: (index: number) => string) =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, index) => make(index)).join(",");

export const hostilePages: readonly HostilePage[] = [
  { name: "blanks in JSON-LD", make: (size) => ld(`{"a":1}${fill(" \n\t", size)}x`) },
  { name: "blanks and comment marks in JSON-LD", make: (size) => ld(`${fill("//  /*  ", size)}x`) },
  { name: "endings within JSON-LD", make: (size) => ld(`${fill("*/ --> ]]> ", size)}x`) },
  {
    name: "references to a list of addresses",
    make: (size) =>
      ld(
        `{"@graph":[{"@type":"Article","image":[[${listed(size / 40, () => '{"@id":"b"}')}]]},{"@id":"b","url":[${listed(size / 40, (index) => `"https://p.example/${index}"`)}]}]}`,
      ),
  },
  {
    name: "lists within lists of references",
    make: (size) => {
      const row = (inner: string) => `[${Array.from({ length: 10 }, () => inner).join(",")}]`;
      let images = '{"@id":"b"}';
      while (images.length * 10 < size && images.length < size) images = row(images);
      const addresses = listed(size / 60, () => `["https://p.example/"]`);
      return ld(`[{"@type":"Article","image":${images}},{"@id":"b","url":[${addresses}]}]`);
    },
  },
  {
    name: "a node of many names that is asked for often",
    make: (size) =>
      ld(
        `[{"@type":"Article","image":[${listed(size / 30, () => '{"@id":"b"}')}]},{"@id":"b",${listed(size / 30, (index) => `"n${index}":0`)}}]`,
      ),
  },
  {
    name: "references in a circle",
    make: (size) =>
      ld(
        `[{"@type":"Article","image":{"@id":"a"},"author":{"@id":"a"}},${listed(size / 50, () => '{"@id":"a","url":{"@id":"a"},"name":{"@id":"a"}}')}]`,
      ),
  },
  { name: "many nodes", make: (size) => ld(`[${listed(size / 20, () => '{"@type":"WebSite"}')}]`) },
  {
    name: "a node of many types",
    make: (size) => ld(`{"@type":[${listed(size / 12, () => '"a/b:c#d//"')}]}`),
  },
  { name: "a type without end", make: (size) => ld(`{"@type":"${fill("Article/", size)}"}`) },
  { name: "strings that do not end in JSON-LD", make: (size) => ld(`{${fill('"a"', size)}`) },
  { name: "marks and blanks in JSON-LD", make: (size) => ld(`{"a":"${fill('" ', size)}`) },
  { name: "commas in JSON-LD", make: (size) => ld(`[${fill(",", size)}]`) },
  { name: "many small faults in JSON-LD", make: (size) => ld(fill("{,}", size)) },
  { name: "escapes in broken JSON-LD", make: (size) => ld(`{"a":"${fill("\\x", size)}",}`) },
  { name: "JSON-LD escaped as a whole", make: (size) => ld(`{${fill("&quot;a&quot;:", size)}}`) },
  { name: "deep JSON with a fault", make: (size) => ld(`${fill("[", size / 2)},${fill("]", size / 2)}`) },
  { name: "deep JSON", make: (size) => ld(`${fill("[", size / 2)}${fill("]", size / 2)}`) },
  { name: "deep graphs", make: (size) => ld(`${fill('{"@graph":', size * 0.9)}0${fill("}", size * 0.1)}`) },
  {
    name: "many JSON-LD scripts",
    make: (size) => times(size / 60, () => ld('{"@type":"Thing"}')),
  },
  { name: "many tags", make: (size) => fill('<meta name="og:title x y z" content="A word">', size) },
  { name: "many tags, opened only", make: (size) => fill("<div>", size) },
  { name: "many tags, closed only", make: (size) => fill("</div></p>", size) },
  { name: "drawings within drawings", make: (size) => `${fill("<svg><math>", size)}<title>Late` },
  {
    name: "drawings opened and closed by another name",
    make: (size) => `${times(40, () => "<svg>")}${fill("</math>", size)}`,
  },
  { name: "many attributes", make: (size) => `<meta ${times(size / 10, (index) => `a${index}=1 `)}>` },
  { name: "the same attribute many times", make: (size) => `<meta ${fill("content=x ", size)}>` },
  { name: "a tag without end", make: (size) => `<meta content="${fill("word ", size)}` },
  { name: "tags that only begin", make: (size) => fill("<", size) },
  { name: "comments that do not end", make: (size) => fill("<!--", size) },
  { name: "declarations that do not end", make: (size) => fill("<!x<?y<![CDATA[", size) },
  { name: "a title without end", make: (size) => `<title>${fill("A title ", size)}` },
  { name: "titles that begin anew", make: (size) => fill("<title>", size) },
  { name: "many empty titles", make: (size) => fill("<title></title>", size) },
  { name: "endings of a title that are none", make: (size) => `<title>${fill("</titl", size)}` },
  { name: "entities", make: (size) => `<title>${fill("&amp;&#x41;&notit;", size)}</title>` },
  {
    name: "entities in an attribute",
    make: (size) => `<meta name=og:title content="${fill("&amp;", size)}">`,
  },
  {
    name: "markup in many cards",
    make: (size) =>
      times(size / 4_000, () => `<meta name=og:title content="${fill("&lt;!--&lt;b ", 3_900)}">`),
  },
  { name: "prefixes", make: (size) => `<html prefix="${fill("a: https://ogp.me/ns# ", size)}">` },
  {
    name: "many prefixes and many tags",
    make: (size) =>
      `<html ${times(size / 80, (index) => `xmlns:a${index}="https://ogp.me/ns#" `)}>${fill("<meta name=a1:title content=x>", size / 2)}`,
  },
  {
    name: "titles that say nothing",
    make: (size) => fill('<meta name=og:title content="{{a}}">', size),
  },
  {
    name: "charsets that are none",
    type: "text/html",
    make: (size) => `\u00ff${fill("<meta charset=none>", size)}`,
  },
  {
    name: "blanks that are letters",
    make: (size) => `<title>a${fill("\u2800", size / 3)}b</title>`,
  },
  {
    name: "entities that do not end",
    make: (size) => `<title>${fill("&CounterClockwiseContourIntegra", size)}`,
  },
  { name: "a number without end as an entity", make: (size) => `<title>&#${fill("9", size)}` },
  { name: "blanks in a title", make: (size) => `<title>a${fill(" \n", size)}b</title>` },
  {
    name: "marks without end on one letter",
    make: (size) => `<title>e${fill("\u0301", size / 2)}</title>`,
  },
  {
    name: "pictographs joined without end",
    make: (size) => `<meta name=description content="${fill("👩\u200d", size / 2)}">`,
  },
  { name: "flags without end", make: (size) => `<meta name=description content="${fill("🇩", size / 2)}">` },
  {
    name: "long words in many tags",
    make: (size) => times(size / 5_000, (index) => `<meta name=og:x${index} content="${fill("ę", 4_900)}">`),
  },
  {
    name: "many names for a long word",
    make: (size) =>
      times(
        size / 5_000,
        (row) =>
          `<meta name="${times(10, (index) => `og:x${row}y${index} `)}" content="${fill("ę", 4_800)}">`,
      ),
  },
  { name: "a relation of many words", make: (size) => `<link href=/ rel="${fill("a ", size)}">` },
  { name: "a language without end", make: (size) => `<html lang="en-${fill("a-bbbbb-", size)}">` },
  { name: "an address without end", make: (size) => `<base href="https://${fill("a.", size)}">` },
  { name: "an address of blanks", make: (size) => `<link rel=canonical href="${fill(" ", size)}x">` },
  {
    name: "odd bytes in an odd charset",
    type: "text/html; charset=gb18030",
    make: (size) => fill("\u0081\u0030\u0081\u0030", size),
  },
  {
    name: "escapes of a charset of several tables",
    type: "text/html; charset=iso-2022-jp",
    make: (size) => fill("\u001b$B!!\u001b(B", size),
  },
  { name: "zero bytes", make: (size) => fill("\u0000", size) },
];
