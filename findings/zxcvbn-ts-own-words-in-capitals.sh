#!/usr/bin/env bash
# @zxcvbn-ts/core 4.2.0: a word with a capital letter in a custom dictionary never matches, not even a password that
# is exactly that word; the same word passed as a user input matches, however it is written.
#
# Seen: own dictionary ["Lanternwick"] and password "Lanternwick": score 2, 65020348 guesses; own dictionary
# ["lanternwick"]: score 0, 3 guesses; user input ["Lanternwick"]: score 0, 3 guesses.
#
# A service that puts its name or a product's into a dictionary as it writes it refuses nobody's "Lanternwick".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts \
  @zxcvbn-ts/core@4.2.0 @zxcvbn-ts/language-common@4.1.3 @zxcvbn-ts/language-en@4.1.1
cat >try.mjs <<'JS'
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

const check = (own, inputs) => {
  const dictionary = { ...common.dictionary, ...english.dictionary, ...(own ? { own } : {}) };
  const { score, guesses } = new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs }).check("Lanternwick", inputs);
  return `score ${score}, ${guesses} guesses`;
};
console.log("own dictionary in capitals:", check(["Lanternwick"]));
console.log("own dictionary in small letters:", check(["lanternwick"]));
console.log("user input in capitals:", check(undefined, ["Lanternwick"]));
JS
node try.mjs | tee seen
cat >expected <<'TXT'
own dictionary in capitals: score 2, 65020348 guesses
own dictionary in small letters: score 0, 3 guesses
user input in capitals: score 0, 3 guesses
TXT
diff expected seen
