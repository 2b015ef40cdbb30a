/** A signed-in browser without a window: keeps cookies and follows no redirect by itself. */

/** Longer than any page takes. */
const PATIENCE_MS = 30_000;

export interface Visitor {
  /** The values of its cookies. */
  cookies(): string[];
  /** The Cookie header. */
  cookieHeader(): string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(
    path: string,
    form: Readonly<Record<string, string>> | URLSearchParams,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Sends a form with files. */
  postForm(path: string, form: FormData): Promise<Response>;
}

/** Creates a browser. @param service the service's address */
export function createVisitor(service: { readonly address: string }): Visitor {
  const cookies = new Map<string, string>();
  const cookieHeader = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const send = async (
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<Response> => {
    const cookie = cookieHeader();
    const response = await fetch(new URL(path, service.address), {
      ...init,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { ...(cookie === "" ? {} : { cookie }), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  return {
    cookies: () => [...cookies.values()],
    cookieHeader,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(form),
        headers: { origin: new URL(service.address).origin, ...headers },
      }),
    postForm: (path, form) =>
      send(path, { method: "POST", body: form, headers: { origin: new URL(service.address).origin } }),
  };
}

/** Signs in. @throws when that is refused */
export async function signedInVisitor(
  service: { readonly address: string },
  login: { email: string; password: string },
  headers: Record<string, string> = {},
): Promise<Visitor> {
  const visitor = createVisitor(service);
  const answer = await visitor.post("/login/", { email: login.email, password: login.password }, headers);
  if (answer.status !== 303) throw new Error(`Login answered ${answer.status}.`);
  return visitor;
}
