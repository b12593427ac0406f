export default {
  inbox: {
    title: 'Inbox',
    description:
      'Charge points that dialled in without being registered. They are let in when they dial in after being accepted.',
    lastAt: 'Last attempt',
    firstAt: 'First attempt',
    attempts: 'Attempts',
    address: 'From',
    accept: 'Accept',
    acceptOne: 'Accept {{id}}',
    forget: 'Forget',
    forgetOne: 'Forget {{id}}',
    empty: 'Nobody waits',
    emptyDetail:
      'A charge point that dials in without being registered turns up here, to be accepted with one click.',
  },
  refused: {
    title: 'Refused charge points',
    description:
      'Registered charge points that were answered 401. Ten wrong passwords within ten minutes lock a network out for a while. An entry goes when the charge point gets in.',
    reason: 'Why',
    reasons: {
      NoCredentials: 'It gave no password',
      MalformedCredentials: 'Its credentials cannot be read',
      WrongUser: 'The user name is not its identity',
      WrongPassword: 'The password is wrong',
      PlainWebSocket: 'It came without TLS',
      NoCertificate: 'It came without a certificate',
      WrongCertificate: 'The certificate is not its own',
      CertificateNotExpected: 'It came with a certificate that it should not have',
    },
    lockedUntil: 'Locked out until',
    forget: 'Forget',
    forgetOne: 'Forget that {{id}} was refused, and let it try again',
    empty: 'Nobody was refused',
    emptyDetail:
      'A charge point whose password or certificate is not the right one turns up here, with the reason.',
  },
}
