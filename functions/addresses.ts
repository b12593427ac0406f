import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export type Reach = 'public' | 'private' | 'all'

/** Loopback, this host, link-local, and where an IPv4 address hides: compatible, translated, NAT64, 6to4. */
const OWN = listOf(
  '0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 fe80::/10 ::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 2002::/16',
)

/** Networks that the internet cannot reach, and addresses that name nobody. */
const PRIVATE = listOf(
  '10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.0.0.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3',
  '100::/64 2001::/32 fc00::/7 fec0::/10 ff00::/8',
)

function listOf(...subnets: string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets.join(' ').split(' ')) {
    const [address = '', bits] = subnet.split('/')
    list.addSubnet(address, Number(bits), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}

export function isReachable(address: string, reach: Reach): boolean {
  if (reach === 'all') return true
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (OWN.check(address, family)) return false
  return reach === 'private' || !PRIVATE.check(address, family)
}

export const REFUSED = 'the address is not a public one'

/** Resolves a name to those of its addresses that may be reached: what is checked is what is dialled. */
export const lookupWithin =
  (reach: Reach): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[] = []) => {
      if (error) return callback(error, '', 0)
      const reachable = addresses.filter(({ address }) => isReachable(address, reach))
      const [first] = reachable
      if (!first) return callback(new Error(REFUSED), '', 0)
      if (options.all) return callback(null, reachable)
      callback(null, first.address, first.family)
    })
  }
