/** DATABASE_URL with several hosts, as libpq takes it: the one of them that takes changes is connected to. */

/** What DATABASE_URL says that we cannot do. */
class DatabaseUrlError extends Error {
  override name = "DatabaseUrlError";
}

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** Addresses of several hosts look like one to nobody but libpq: what is between the name and the path. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/i;
/** Sharewell changes what it reads: it has no use for a server that only reads. */
const WANTED: readonly string[] = ["any", "read-write", "primary"];

/**
 * Takes the hosts out of an address.
 * @returns the address with its first host alone, and all hosts in their order
 * @throws {DatabaseUrlError} never with a password in it
 */
export function splitHosts(address: string): { readonly url: string; readonly hosts: readonly Host[] } {
  const [, before = "", list = "", after = ""] = PARTS.exec(address) ?? [];
  const entries = list.split(",").map((entry) => entry.trim());
  const first = entries[0] ?? "";
  const url = before + first + after;
  if (!URL.canParse(url))
    throw new DatabaseUrlError("must look like postgres://user:password@host:5432/name");
  const { searchParams } = new URL(url);
  if (["host", "port"].some((name) => searchParams.get(name)?.includes(",")))
    throw new DatabaseUrlError(
      "names several hosts behind the question mark: write them before it, like postgres://user:password@one:5432,two:5432/name",
    );
  const wanted = searchParams.get("target_session_attrs");
  if (wanted !== null && !WANTED.includes(wanted))
    throw new DatabaseUrlError(
      `asks for a server that is ${wanted}: Sharewell needs the one that takes changes (target_session_attrs=read-write)`,
    );
  return { url, hosts: entries.length === 1 ? [] : entries.map(readHost) };
}

/** @returns what is wrong with an address, undefined where nothing is */
export function complaintOf(address: string): string | undefined {
  try {
    splitHosts(address);
    return undefined;
  } catch (error) {
    return error instanceof DatabaseUrlError ? error.message : "is none";
  }
}

/** @throws {DatabaseUrlError} */
function readHost(entry: string): Host {
  const url = URL.parse(`postgres://${entry}`);
  if (url === null || url.hostname === "" || url.username !== "")
    throw new DatabaseUrlError("has a host in its list that is none: write them like one:5432,two:5432");
  return { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || 5432) };
}
