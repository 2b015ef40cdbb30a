/** A tab of a driven browser, used as a person does: by what is to be seen, with mouse and keyboard. */
import { waitFor } from "../../wait.ts";
import { ANSWER_MS } from "./limit.ts";
import type { ActionSequence, Remote } from "./remote.ts";

/** An element by its selector and, where several match, by a part of its name. */
export interface Target {
  readonly selector: string;
  readonly name?: string;
  /** The host whose shadow tree holds it. */
  readonly inside?: string;
}

/** Where an element is in the window, once it has been scrolled to. */
interface Place {
  readonly x: number;
  readonly y: number;
}

/** Keys of WebDriver (W3C WebDriver 2, 15.4.2). */
const BACKSPACE = "\uE003";
const END = "\uE010";

export class Tab {
  readonly #remote: Remote;

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  async open(address: string): Promise<void> {
    await this.#remote.open(address);
  }

  /** Waits until an expression is true in the page, whichever page that is by then. */
  async until(expression: string): Promise<void> {
    await this.#wait(expression, async () =>
      (await this.read(`Boolean(${expression})`)) === true ? true : undefined,
    );
  }

  /** Waits for a text. */
  async see(text: string): Promise<void> {
    await this.until(`document.body.innerText.includes(${JSON.stringify(text)})`);
  }

  /** Evaluates an expression. @returns undefined while one page makes way for the next */
  async read(expression: string): Promise<unknown> {
    try {
      return await this.#remote.evaluate(expression);
    } catch {
      return undefined;
    }
  }

  async click(target: Target): Promise<void> {
    const { x, y } = await this.#find(target);
    await this.#remote.perform([
      {
        type: "pointer",
        id: "mouse",
        parameters: { pointerType: "mouse" },
        actions: [
          { type: "pointerMove", x, y },
          { type: "pointerDown", button: 0 },
          { type: "pointerUp", button: 0 },
        ],
      },
    ]);
    // WebKit loses a press while it gives a page to another process.
    if ((await this.read("globalThis.wasPressed")) === false) await this.click(target);
  }

  /** Clicks a field and types a text in place of what is there. */
  async fill(target: Target, text: string): Promise<void> {
    await this.#wait(`“${text}” in ${target.selector}`, async () => {
      await this.click(target);
      const length = await this.read("document.activeElement.value?.length ?? 0");
      await this.press([END, ...Array.from({ length: Number(length) }, () => BACKSPACE), ...text]);
      return (await this.read("document.activeElement.value")) === text ? true : undefined;
    });
  }

  async press(keys: readonly string[]): Promise<void> {
    const sequence: ActionSequence = {
      type: "key",
      id: "keyboard",
      actions: keys.flatMap((value) => [
        { type: "keyDown", value },
        { type: "keyUp", value },
      ]),
    };
    await this.#remote.perform([sequence]);
  }

  async close(): Promise<void> {
    await this.#remote.close();
  }

  /** Waits for the element and scrolls to it. A box that is drawn by its label is found there. */
  async #find({ selector, name = "", inside }: Target): Promise<Place> {
    const root =
      inside === undefined ? "document" : `document.querySelector(${JSON.stringify(inside)})?.shadowRoot`;
    const expression = `(async () => {
      const named = (element) => [element.getAttribute("aria-label"), element.innerText, element.labels?.[0]?.innerText].join(" ");
      for (const found of ${root}?.querySelectorAll(${JSON.stringify(selector)}) ?? []) {
        if (found.disabled || !named(found).includes(${JSON.stringify(name)})) continue;
        const small = found.getBoundingClientRect();
        const shown = small.width > 4 && small.height > 4 ? found : (found.labels?.[0] ?? found);
        shown.scrollIntoView({ block: "center" });
        const before = shown.getBoundingClientRect();
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        const { left, top, width, height } = shown.getBoundingClientRect();
        if (width === 0 || height === 0) continue;
        // It still moves, or the page is not complete.
        if (left !== before.left || top !== before.top || document.readyState !== "complete") return;
        globalThis.wasPressed = false;
        addEventListener("pointerdown", () => (globalThis.wasPressed = true), { capture: true, once: true });
        return { x: Math.round(left + width / 2), y: Math.round(top + height / 2) };
      }
    })()`;
    return await this.#wait(
      `${name} ${selector}`,
      async () => ((await this.read(expression)) ?? undefined) as Place | undefined,
    );
  }

  /** @throws with the page that is shown, where the condition does not come about in time */
  async #wait<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    try {
      return await waitFor(what, look, ANSWER_MS);
    } catch (error) {
      const page = await this.read("location.href + '\\n' + document.body.innerText");
      throw new Error(`${error}\nThe page is ${page}`, { cause: error });
    }
  }
}
