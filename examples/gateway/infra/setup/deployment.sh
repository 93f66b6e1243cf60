# shellcheck shell=bash
# Which deployment a script is about; sourced by the scripts beside this directory.
set -euo pipefail

infra=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
root=$(cd "$infra/../../.." && pwd)

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

step() { printf '\n== %s\n' "$1" >&2; }

export ENVIRONMENT=${ENVIRONMENT:-dev}
export CDK_DEFAULT_REGION=${CDK_DEFAULT_REGION:-us-east-1}
case $ENVIRONMENT in
  dev | staging | prod) ;;
  *) fail "ENVIRONMENT: must be dev, staging, prod, got '$ENVIRONMENT'." ;;
esac
[[ $CDK_DEFAULT_REGION =~ ^[a-z]{2}(-[a-z]+)+-[0-9]$ ]] ||
  fail "CDK_DEFAULT_REGION: must be a region such as eu-west-1, got '$CDK_DEFAULT_REGION'."
# The CDK sets the one variable from the other: both scripts and every command in them mean one region.
export AWS_REGION=$CDK_DEFAULT_REGION AWS_DEFAULT_REGION=$CDK_DEFAULT_REGION
command -v aws >/dev/null || fail 'The AWS CLI is not installed: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html'

prefix="ai-gateway-$ENVIRONMENT"

# The account of these credentials.
account_of_caller() {
  aws sts get-caller-identity --query Account --output text ||
    fail 'AWS does not know these credentials: run `aws configure` or `aws sso login`, or set AWS_PROFILE.'
}

# An output of the gateway's stack; it fails where that is not deployed. Of a stack that was never made whole the AWS CLI says None.
output_of() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$prefix" \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text) || return 1
  [[ -n $value && $value != None ]] || return 1
  printf '%s\n' "$value"
}
