/** A signed-in browser without a window: keeps cookies, follows nothing by itself. */
import type { TestService } from "./service.ts";

export interface Visitor {
  /** The values of its cookies. */
  cookies(): string[];
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

export function createVisitor(service: TestService): Visitor {
  const cookies = new Map<string, string>();
  const send = async (
    path: string,
    init: RequestInit & { headers: Record<string, string> },
  ): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(new URL(path, service.address), {
      ...init,
      redirect: "manual",
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
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, form, headers = {}) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(form),
        headers: { origin: new URL(service.address).origin, ...headers },
      }),
  };
}

/** @throws when the login is refused */
export async function signedInVisitor(
  service: TestService,
  login: { email: string; password: string },
): Promise<Visitor> {
  const visitor = createVisitor(service);
  const answer = await visitor.post("/login/", { email: login.email, password: login.password });
  if (answer.status !== 303) throw new Error(`Login answered ${answer.status}.`);
  return visitor;
}
