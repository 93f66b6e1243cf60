import { Duration, Validations } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import type { FunctionUrl } from 'aws-cdk-lib/aws-lambda'
import { Construct } from 'constructs'

export interface StreamingDistributionProps {
  readonly url: FunctionUrl
  readonly domainName: string | undefined
  readonly certificateArn: string | undefined
}

/** CloudFront before a function URL that streams: it gives the gateway a domain, keeps nothing and holds nothing back. */
export class StreamingDistribution extends Construct {
  /** What clients call. */
  readonly domainName: string
  /** CloudFront's own name, which DNS points the domain at. */
  readonly cloudFrontName: string

  constructor(scope: Construct, id: string, { url, domainName, certificateArn }: StreamingDistributionProps) {
    super(scope, id)
    const own =
      domainName && certificateArn
        ? {
            domainNames: [domainName],
            certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }
        : {}
    const distribution = new Distribution(this, 'Distribution', {
      ...own,
      comment: domainName ?? 'AI gateway',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        // The time between two packets. The gateway breaks a silence after 10 s, and each 15 s from then on; an answer that
        // does not stream must be whole within it, and 60 s is what CloudFront has without a higher quota.
        origin: new FunctionUrlOrigin(url, {
          readTimeout: Duration.seconds(60),
          keepaliveTimeout: Duration.seconds(60),
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // The host in the request must be the function URL's own.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        compress: false,
      },
    })
    this.cloudFrontName = distribution.distributionDomainName
    this.domainName = own.domainNames?.[0] ?? this.cloudFrontName
    acknowledge(distribution)
  }
}

function acknowledge(distribution: Distribution): void {
  Validations.of(distribution).acknowledge(
    { id: 'AwsSolutions-CFR1', reason: 'Callers are let in by their API key, wherever they are.' },
    {
      id: 'AwsSolutions-CFR2',
      reason:
        'A web ACL is a matter of the account, and its price is more than that of the deployment without calls; docs/deploy.md says how to add one.',
    },
    {
      id: 'AwsSolutions-CFR3',
      reason: 'The function logs each call; access logs would hold the same again, without tenant or model.',
    },
    {
      id: 'AwsSolutions-CFR4',
      reason:
        'TLS 1.2 is the least with the domain; CloudFront’s own name, used until there is a certificate, cannot ask for it.',
    },
    {
      id: 'AwsSolutions-CFR7',
      reason:
        'Origin access control would ask clients for a digest of each body, which no OpenAI client sends; the function URL asks for an API key itself.',
    },
  )
}
