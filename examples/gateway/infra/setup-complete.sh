#!/usr/bin/env bash
# Puts into a deployed gateway what it needs to be tried: API keys of every tier, 200 products, and OpenAI's key where OPENAI_API_KEY has
# it: ./setup-complete.sh
# ENVIRONMENT (dev) and CDK_DEFAULT_REGION (us-east-1) say which. Running it again keeps the keys that are there and not revoked. New keys
# are printed to standard output, a line each: tier, key. They are shown this once.
. "$(dirname "${BASH_SOURCE[0]}")/setup/deployment.sh"

account_of_caller >/dev/null
url=$(output_of ApiUrl) || fail "$prefix is not deployed in $CDK_DEFAULT_REGION: run ./deploy-simple.sh first."
node="$root/node_modules/.bin/node"
[[ -x $node ]] || npx -y pnpm@12 --dir "$root" install --frozen-lockfile

keys() { "$node" -C modelgate-source "$root/examples/gateway/src/cli/keys.ts" "$@" --table "$prefix-api-keys"; }

step 'makes API keys'
admin_key=
why=$(mktemp)
trap 'rm -f "$why"' EXIT
there=$(keys list --json 2>"$why") || fail "The table $prefix-api-keys cannot be read:" "$(cat "$why")"
# A key that was revoked opens nothing: it is as if it were not there.
there=$(grep -vF '"active":false' <<<"$there" || true)
for tier in free basic premium enterprise; do
  permissions=completions,health
  [[ $tier == enterprise ]] && permissions=completions,health,admin
  if [[ $there == *'"userId":"setup-'"$tier"'"'* ]]; then
    printf 'A key of setup-%s is there already, and stays.\n' "$tier" >&2
    continue
  fi
  key=$(keys create --user "setup-$tier" --tier "$tier" --permissions "$permissions" --env "$ENVIRONMENT" 2>"$why") ||
    fail "The table $prefix-api-keys does not take a key:" "$(cat "$why")"
  printf '%s\t%s\n' "$tier" "$key"
  [[ $tier == enterprise ]] && admin_key=$key
done

step 'puts products into the catalogue'
CATALOG_TABLE="$prefix-product-catalog" DYNAMODB_ENDPOINT=${AWS_ENDPOINT_URL_DYNAMODB:-} \
  "$node" "$root/examples/mcp-catalog/src/fill.ts" >&2

if [[ -n ${OPENAI_API_KEY:-} ]]; then
  step "keeps OpenAI's key in Secrets Manager"
  [[ $OPENAI_API_KEY =~ ^[A-Za-z0-9_-]+$ ]] || fail 'OPENAI_API_KEY: holds a character that no key has.'
  # Over standard input: what stands in a command's arguments everybody on the machine can read.
  printf '{"api_key":"%s"}' "$OPENAI_API_KEY" |
    aws secretsmanager put-secret-value --secret-id "$prefix/openai" --secret-string file:///dev/stdin >/dev/null
  # Secrets are read at a function's start: a function that is changed starts anew.
  aws lambda update-function-configuration --function-name "$prefix-gateway-handler" \
    --description "The gateway: every path of the API (secrets of $(date -u +%Y-%m-%dT%H:%M:%SZ))" >/dev/null
  aws lambda wait function-updated --function-name "$prefix-gateway-handler"
fi

step 'asks the gateway'
curl -fsS --retry 5 --retry-all-errors --max-time 30 "$url/api/v1/health"
if [[ -n $admin_key ]]; then
  printf 'header = "X-API-Key: %s"\n' "$admin_key" |
    curl -fsS --retry 5 --retry-all-errors --max-time 30 --output /dev/null -K - "$url/api/v1/admin/config"
fi
printf '\n%s is set up. NEXT-STEPS.md says what comes then.\n' "$prefix" >&2
