import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CfnParameter, Stack } from 'aws-cdk-lib'
import { Platform } from 'aws-cdk-lib/aws-ecr-assets'
import { ContainerImage } from 'aws-cdk-lib/aws-ecs'
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

/** Where the two images come from. */
export interface Images {
  functionCode(scope: Construct): Code
  containerImage(scope: Construct): ContainerImage
}

const example = join(import.meta.dirname, '../..')
const repository = join(example, '../..')

/** Built from this repository at the deployment, by Docker; a synthesis only bundles the function and hashes. */
export const assetImages: Images = {
  functionCode() {
    const directory = join(example, 'dist', 'function')
    mkdirSync(directory, { recursive: true })
    const build = [join(example, 'build.mjs'), join(directory, 'handler.mjs')]
    execFileSync(process.execPath, build, { stdio: ['ignore', 'ignore', 'inherit'] })
    copyFileSync(join(example, 'infra', 'Dockerfile'), join(directory, 'Dockerfile'))
    return Code.fromAssetImage(directory, { platform: Platform.LINUX_ARM64 })
  },
  containerImage() {
    // The CDK does not look for a Dockerfile's own list of what to leave out, and would copy its output into itself.
    const exclude = readFileSync(join(example, 'Dockerfile.dockerignore'), 'utf8').trim().split('\n')
    const file = 'examples/alb/Dockerfile'
    return ContainerImage.fromAsset(repository, { file, exclude, platform: Platform.LINUX_ARM64 })
  },
}

/** Named at the deployment, in a repository of ECR where they are already: what a template needs that stands by itself. */
export const namedImages: Images = {
  functionCode: scope => new NamedImageCode(imageUri(scope, 'FunctionImageUri', 'examples/alb/infra/Dockerfile')),
  containerImage: scope => ContainerImage.fromRegistry(imageUri(scope, 'ContainerImageUri', 'examples/alb/Dockerfile')),
}

function imageUri(scope: Construct, name: string, dockerfile: string): string {
  return new CfnParameter(Stack.of(scope), name, {
    description: `Image for ARM64 in ECR, in this account and region, built from ${dockerfile}`,
    allowedPattern: '^\\d{12}\\.dkr\\.ecr\\..+[:@].+$',
  }).valueAsString
}

/** An image by its URI. The CDK's own classes ask for a repository, which would have to be made or looked up. */
class NamedImageCode extends Code {
  readonly isInline = false
  private readonly imageUri: string

  constructor(imageUri: string) {
    super()
    this.imageUri = imageUri
  }

  override bind(): CodeConfig {
    return { image: { imageUri: this.imageUri } }
  }
}
