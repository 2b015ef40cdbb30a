import { expect, test } from "vitest";
import { isLoopback } from "../../src/net/loopback.ts";

test.each([
  "http://localhost/",
  "http://LOCALHOST:4101/a",
  "http://blog.localhost/",
  "http://localhost./",
  "http://127.0.0.1/",
  "http://127.8.9.10/",
  "http://2130706433/",
  "http://[::1]:80/",
  "http://[::ffff:127.0.0.1]/",
])("%s is this machine", (url) => expect(isLoopback(url)).toBe(true));

test.each([
  "https://localhost.example.com/",
  "https://notlocalhost/",
  "http://10.0.0.1/",
  "http://192.168.1.1/",
  "https://127.0.0.1.example/",
  "http://[2001:db8::1]/",
])("%s is not", (url) => expect(isLoopback(url)).toBe(false));
