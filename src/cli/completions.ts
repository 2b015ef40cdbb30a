/** `sharewell completions SHELL`: what a shell offers after `sharewell` and Tab. */
import { type Command, UsageError } from "./command.ts";
import type { CommandEntry } from "./commands.ts";

type Commands = readonly CommandEntry[];

const namesOf = (commands: Commands) => commands.map(({ name }) => name).join(" ");

const shells: Readonly<Record<string, (commands: Commands) => string>> = {
  bash: (commands) => `# source <(sharewell completions bash)
_sharewell() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${namesOf(commands)} help" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands
  .map(({ name, words }) => `    ${name}) COMPREPLY=($(compgen -W "${words.join(" ")}" -- "$word")) ;;`)
  .join("\n")}
    help) COMPREPLY=($(compgen -W "${namesOf(commands)}" -- "$word")) ;;
  esac
}
complete -F _sharewell sharewell`,
  zsh: (commands) => `#compdef sharewell
# source <(sharewell completions zsh)
_sharewell() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, summary }) => `      '${name}:${summary.replaceAll("'", "’")}'`).join("\n")}
    )
    _describe command commands
    return
  fi
  case "\${words[2]}" in
${commands
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => `    ${name}) compadd -- ${words.join(" ")} ;;`)
  .join("\n")}
    help) compadd -- ${namesOf(commands)} ;;
  esac
}
compdef _sharewell sharewell`,
  fish: (commands) =>
    [
      "# sharewell completions fish | source",
      "complete -c sharewell -f",
      ...commands.map(
        ({ name, summary }) =>
          `complete -c sharewell -n __fish_use_subcommand -a ${name} -d '${summary.replaceAll("'", "’")}'`,
      ),
      ...commands
        .filter(({ words }) => words.length > 0)
        .map(
          ({ name, words }) =>
            `complete -c sharewell -n '__fish_seen_subcommand_from ${name}' -a '${words.join(" ")}'`,
        ),
    ].join("\n"),
};

export function createCompletions(commands: Commands): Command {
  return async ([shell = "", ...rest]) => {
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (write === undefined || rest.length > 0)
      throw new UsageError("Say for which shell: `sharewell completions bash`, zsh or fish.");
    console.log(write(commands));
  };
}
