#!/usr/bin/env bash
# Deploys the gateway and what watches it: ./deploy-simple.sh
# ENVIRONMENT (dev), CDK_DEFAULT_REGION (us-east-1), ALERT_EMAIL and CORS_ORIGINS say what and where; credentials are the AWS CLI's.
# Deploying again changes what has changed.
. "$(dirname "${BASH_SOURCE[0]}")/setup/deployment.sh"

account=$(account_of_caller)
export CDK_DEFAULT_ACCOUNT=$account
printf 'Deploys %s to account %s in %s.\n' "$prefix" "$account" "$CDK_DEFAULT_REGION" >&2

step 'installs'
npx -y pnpm@12 --dir "$root" install --frozen-lockfile
npx -y pnpm@12 --dir "$infra" install --frozen-lockfile
cd "$infra"

# What production allows anybody anew, somebody looks at.
approval=never
[[ $ENVIRONMENT == prod ]] && approval=broadening

if ! aws ssm get-parameter --name /cdk-bootstrap/hnb659fds/version >/dev/null 2>&1; then
  step 'prepares the account for the CDK, once for each region'
  npx cdk bootstrap "aws://$account/$CDK_DEFAULT_REGION"
fi

step 'deploys'
npx cdk deploy "$prefix" "$prefix-observability" --require-approval "$approval"

url=$(output_of ApiUrl) || fail "The stack $prefix has no output ApiUrl: CloudFormation's events say what became of it."
step 'asks whether it is there'
curl -fsS --retry 5 --retry-all-errors --max-time 30 "$url/health"
printf '\n%s is at %s\nNext: ./setup-complete.sh, then NEXT-STEPS.md.\n' "$prefix" "$url" >&2
