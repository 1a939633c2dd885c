// The completion script for PowerShell: the table as a hashtable, and one completer that reads it.
import type { Offer, Offered, OfferedCommand } from './offers.ts';

/** A single-quoted string holds everything as it is but for the quotes PowerShell knows. */
const quoted = (text: string) => `'${text.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;

/** The comma in front keeps a list of one pair from becoming the pair. */
const wordList = (words: Offer['words']) =>
  `@(${words.map(([word, does]) => `,@(${quoted(word)}, ${quoted(does || word)})`).join(' + ')})`;
/** A place that the shell looks up itself is a string, any other a list of words. */
const offer = ({ words, lookUp }: Offer) => (lookUp ? quoted(`@${lookUp}`) : wordList(words));

function entry({ name, options, arguments: rows }: OfferedCommand): string {
  const values = options.flatMap(({ flag, takes }) => (takes ? [`${quoted(flag)} = ${offer(takes)}`] : []));
  return `  ${quoted(name)} = @{
    options = ${wordList(options.map(({ flag, does }) => [flag, does]))}
    values = @{ ${values.join('; ')} }
    arguments = @{ ${rows.map((row, position) => `${position} = ${offer(row)}`).join('; ')} }
  }`;
}

export const powershellScript = ({
  first,
  commands,
}: Offered): string => `# PowerShell completion of tunnelkit, made by \`tunnelkit completion powershell\`.

$TunnelkitTable = @{
${[first, ...commands].map(entry).join('\n')}
}

Register-ArgumentCompleter -Native -CommandName 'tunnelkit', 'tunnelkit.exe' -ScriptBlock {
  param($current, $ast, $cursor)
  $before = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object { $_.ToString() })
  $command = ${quoted(first.name)}; $position = 0; $option = $null
  foreach ($word in $before) {
    if ($option) { $option = $null }
    elseif ($word -match '^-.') { if ($TunnelkitTable[$command].values.ContainsKey($word)) { $option = $word } }
    elseif ($command -eq ${quoted(first.name)}) { if (-not $TunnelkitTable.ContainsKey($word)) { return }; $command = $word }
    else { $position++ }
  }
  $row = $TunnelkitTable[$command]
  if ($option) { $offered = $row.values[$option] }
  elseif ($current -like '-*') { $offered = $row.options }
  else { $offered = $row.arguments[$position] }
  # PowerShell completes paths by itself where a completer gives nothing.
  if ($null -eq $offered -or $offered -eq '@file' -or $offered -eq '@directory') { return }
  if ($offered -is [string]) { $offered = @(tunnelkit completion gateways 2>$null | ForEach-Object { , @($_, $_) }) }
  foreach ($pair in $offered) {
    if ($pair[0] -like "$current*") { [System.Management.Automation.CompletionResult]::new($pair[0], $pair[0], 'ParameterValue', $pair[1]) }
  }
}
`;
