/** The parts of a result in the order of the page, and the element that polls for changes. */
import { raw } from "hono/html";
import { Follow } from "./follow.tsx";
import type { RenderedResult } from "./result-parts.tsx";

export function Outcomes({ result }: { result: RenderedResult }) {
  const { heading, lists, acts, follow, isMany } = result;
  return (
    <section id="outcomes" class="outcomes">
      {raw(heading.html)}
      {isMany && raw(acts.html)}
      {raw(lists.html)}
      {!isMany && raw(acts.html)}
      <Follow {...follow} />
    </section>
  );
}
