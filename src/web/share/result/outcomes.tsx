/** A result as it stands on its page: its parts, and what keeps them up to date. */
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
