export default {
  eventFeed: {
    title: 'Events',
    description: 'What happens, as it happens. The same events go to webhooks and to the event bus.',
    at: 'When',
    type: 'Type',
    chargePoint: 'Charge point',
    what: 'What',
    eventId: 'Event id',
    open: '{{type}} as JSON',
    empty: 'Nothing has happened yet',
    emptyDetail: 'Events come as soon as a charge point does something.',
    connect: 'How to connect a charge point',
  },
}
