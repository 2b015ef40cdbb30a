/** The frame of the operator's pages: the same navigation, and tabs below it. */
import type { Child } from "hono/jsx";
import type { Reader } from "../context.ts";
import { Layout } from "../parts/layout.tsx";

const tabs = [
  ["setup", "/admin/setup/", "Set-up"],
  ["people", "/admin/people/", "People"],
  ["state", "/admin/state/", "State"],
  ["settings", "/admin/settings/", "Settings"],
  ["audit", "/admin/audit/", "Audit log"],
] as const;

interface AdminProps {
  readonly title: string;
  readonly person: Reader;
  readonly tab: (typeof tabs)[number][0];
  /** Loads htmx. */
  readonly live?: boolean;
  readonly children: Child;
}

export function Admin({ title, person, tab, live = false, children }: AdminProps) {
  return (
    <Layout title={title} person={person} current="admin" live={live}>
      <nav class="tabs" aria-label="Admin">
        <ul>
          {tabs.map(([name, href, label]) => (
            <li>
              <a href={href} aria-current={name === tab ? "page" : undefined}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </Layout>
  );
}
