// Asks real shells what they would offer behind a line, with the script that the program prints.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type World } from './program.testkit.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const lines = (text: string) =>
  text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter(Boolean);

/** The words of a line as bash has them: `=` stands alone, the last is the one at the cursor. */
const bashWords = (line: string) => line.split(/ |(?==)|(?<==)/);

const BASH = `
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"
_tunnelkit
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** An interactive zsh at a pseudo-terminal; its Tab completes as ever, but what would be added is printed between two marks. */
const ZSH = `
zmodload zsh/zpty
setup() {
  autoload -Uz compinit; compinit -u -d $HOME/zcompdump
  source $script
  offer() {
    if [[ " $* " == *" -O "* || " $* " == *" -A "* || " $* " == *" -D "* ]]; then builtin compadd "$@"; return; fi
    local -a hits; builtin compadd -O hits "$@"; print -l -- $hits
    builtin compadd "$@"
  }
  functions[compadd]=$functions[offer]
  first() { print -r -- '<<'; }
  last() { compstate[insert]=; compstate[list]=; print -r -- '>>'; }
  compprefuncs=(first); comppostfuncs=(last)
  zle -C offered complete-word _main_complete
  bindkey '^I' offered
  PS1= ; unsetopt prompt_cr prompt_sp
}
zpty -b shell "script=\${(q)1} zsh -f -i"
zpty -w shell "$(functions setup); setup; print rea''dy"
zpty -r shell answer "*ready*"
zpty -w -n shell "$2"$'\\t'
zpty -r shell answer "*<<*>>*"
print -r -- "\${\${answer##*<<}%%>>*}"
zpty -d shell`;

/** What `shell` offers behind `line`, sorted; descriptions left out. */
export function offeredBy(shell: Shell, world: World, line: string): readonly string[] {
  const script = world.path(`completion.${shell}`);
  const env = { ...world.env, PATH: `${join(ROOT, 'bin')}:${world.env.PATH}`, TERM: 'xterm' };
  const ask = (args: readonly string[]) =>
    lines(execFileSync(shell, args, { cwd: world.folder, env, encoding: 'utf8', timeout: 20_000 }));
  const said = {
    bash: () => ask(['--norc', '-c', BASH, 'bash', script, ...bashWords(line)]),
    zsh: () => ask(['-f', '-c', ZSH, 'zsh', script, line]),
    fish: () => ask(['--no-config', '-c', `source ${script}; complete -C '${line}'`]).map((row) => row.split('\t')[0]!),
  }[shell]();
  // A directory ends with a slash in some shells, and an option that takes a value with `=`.
  return [...new Set(said.map((word) => word.replace(/[/=]$/, '')))].toSorted();
}

/** Writes the program's own script for each shell where `offeredBy` finds it. */
export async function writeScripts(world: World): Promise<void> {
  for (const shell of SHELLS) {
    const running = world.tunnelkit(['completion', shell]);
    if ((await running.exit) !== 0) throw new Error(running.stderr);
    writeFileSync(world.path(`completion.${shell}`), running.stdout);
  }
}
