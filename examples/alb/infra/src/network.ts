import { Validations } from 'aws-cdk-lib'
import { IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'

/** 10.250.0.0/16 with a public subnet in each of two zones, 10.250.0.0/24 and 10.250.1.0/24, and an internet gateway: no NAT. */
export class Network extends Construct {
  readonly vpc: Vpc

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.250.0.0/16'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      ],
      // It would be a function of its own, with a role, for a security group that nothing here uses.
      restrictDefaultSecurityGroup: false,
    })
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'The gateway logs each call; flow logs would add a role and a bill by the gigabyte for the same connections.',
    })
  }
}
