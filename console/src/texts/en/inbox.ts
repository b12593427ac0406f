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
}
