/** A browser that is driven from outside, by the part of WebDriver that its two protocols share. */

/** An action sequence of WebDriver (W3C WebDriver 2, section 15), which BiDi takes as well. */
export type ActionSequence =
  | {
      readonly type: "pointer";
      readonly id: string;
      readonly parameters: { readonly pointerType: "mouse" };
      readonly actions: readonly PointerStep[];
    }
  | { readonly type: "key"; readonly id: string; readonly actions: readonly KeyStep[] };

type PointerStep =
  | { readonly type: "pointerMove"; readonly x: number; readonly y: number }
  | { readonly type: "pointerDown" | "pointerUp"; readonly button: number };

interface KeyStep {
  readonly type: "keyDown" | "keyUp";
  readonly value: string;
}

export interface Remote {
  /** Opens an address in the one tab, and waits until it is loaded. */
  open(address: string): Promise<void>;
  /** Evaluates an expression in the page; a promise is awaited. @returns its value as JSON has it */
  evaluate(expression: string): Promise<unknown>;
  perform(sequences: readonly ActionSequence[]): Promise<void>;
  close(): Promise<void>;
}
