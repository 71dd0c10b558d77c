-- Where the browser goes to sign out at the provider, too: sealed (kit::secret), because it names the person by the provider's
-- token; gone with the session.
alter table session add column sign_out bytea;

-- The same on its way to a session whose second factor is awaited.
alter table sign_in_ticket add column sign_out bytea;
