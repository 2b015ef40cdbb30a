/** The frame of the operator's pages, with their tabs. */
import type { Child } from "hono/jsx";
import type { Told } from "../../words/words.ts";
import { say } from "../../words/words.ts";
import { Layout } from "../frame/layout.tsx";
import { useWords } from "../frame/words.tsx";
import type { Reader } from "../guards/context.ts";

const tabs = [
  ["setup", "/admin/setup/", say("Set-up")],
  ["sites", "/admin/sites/", say("Your sites")],
  ["people", "/admin/people/", say("People")],
  ["state", "/admin/state/", say("State")],
  ["settings", "/admin/settings/", say("Settings")],
  ["audit", "/admin/audit/", say("Audit log")],
] as const;

interface AdminProps {
  readonly title: Told;
  readonly person: Reader;
  readonly tab: (typeof tabs)[number][0];
  readonly address?: string;
  /** Whether the page loads htmx. */
  readonly live?: boolean;
  /** Further elements for the head. */
  readonly head?: Child;
  readonly children: Child;
}

/** The layout of the operator's pages. */
export function Admin({ title, person, tab, address, live = false, head, children }: AdminProps) {
  const { t } = useWords();
  return (
    <Layout title={title} person={person} current="admin" address={address} live={live} head={head}>
      <nav class="tabs" aria-label={t("Admin")}>
        <ul>
          {tabs.map(([name, href, label]) => (
            <li>
              <a href={href} aria-current={name === tab ? "page" : undefined}>
                {t(label)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </Layout>
  );
}
