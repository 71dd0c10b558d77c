-- Who somebody is at a provider of OpenID Connect.
create table external_identity (
    id uuid primary key,
    user_id uuid not null references app_user (id),
    issuer text not null,
    -- As the provider calls the person; e-mail addresses change hands, this does not.
    subject text not null,
    link_time timestamptz not null,
    constraint external_identity_subject_unique unique (issuer, subject),
    constraint external_identity_user_unique unique (user_id)
);

-- Sign-ins that were begun and may come back from the provider, once.
create table external_sign_in (
    -- SHA-256.
    state_digest bytea primary key,
    -- SHA-256 of what the browser has in a cookie.
    browser_digest bytea not null,
    -- Sealed (kit::secret): the nonce and the verifier of PKCE.
    secret bytea not null,
    expire_time timestamptz not null
);

create index external_sign_in_by_expiry on external_sign_in (expire_time);

-- Of somebody whom the provider knows and whose second factor is awaited.
alter table sign_in_ticket
    add column issuer text,
    add column subject text,
    add constraint sign_in_ticket_subject_whole check ((issuer is null) = (subject is null));

-- Begun by the provider's word: no password was shown, so none has to be changed first.
alter table session add column external boolean not null default false;

drop index event_sign_in;

create index event_sign_in on event (sequence)
    where subject_type in ('identity.session', 'identity.signIn', 'identity.password', 'identity.secondFactor',
        'identity.apiKey', 'identity.setup', 'identity.externalIdentity');
