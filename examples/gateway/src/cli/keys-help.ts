/** What `pnpm keys --help` says. */
export const keysHelp = `API keys of the gateway.

  npx -y pnpm@12 keys create --user <id> [options]   makes a key, and shows it this once
  npx -y pnpm@12 keys list [--user <id>] [--json]    shows the records, never a key
  npx -y pnpm@12 keys revoke <apiKeyId>              from then on the key is refused; its record stays

They work on the DynamoDB table --table, or API_KEY_TABLE_NAME. Where there is none, create prints the record
to paste into \`keys\` of the configuration file.

Options of create:
  --user <id>            whom the key lets in
  --tenant <id>          who pays; default: the user
  --tier <name>          free, basic, premium, enterprise, or one of your own
  --permissions <list>   of completions, health, admin, with commas; default: completions
  --routes <list>        routes or targets it may name; default: all that are exposed
  --expires <when>       2027-01-31, or 90d from now; default: never
  --rpm, --rph <n>       requests per minute, per hour, in place of its tier's
  --tpm <n>              tokens per minute
  --concurrent <n>       calls under way at once
  --max-tokens <n>       most tokens a call may ask to be answered with
  --usd-per-day <usd>    what calls with it may cost a day (UTC)
  --usd-per-month <usd>  and a month
  --id <apiKeyId>        default: a random one
  --env <name>           stands in the key, mg_<name>_…; default: ENVIRONMENT, or live`
