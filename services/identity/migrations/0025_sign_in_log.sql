-- The log of sign-ins is a query on the events; these are few among many.
create index event_sign_in on event (sequence)
    where subject_type in ('identity.session', 'identity.signIn', 'identity.password', 'identity.secondFactor',
        'identity.apiKey', 'identity.setup');
