import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { Provider } from 'oidc-provider';
import { setting } from './people';

/** What the provider knows of somebody. */
export interface Known {
  email: string;
  verified?: boolean;
}

export interface Look {
  /** In the id token, or only where CIMS asks for it with the access token. */
  emailInToken: boolean;
  /** It has a page to sign out. */
  signsOut?: boolean;
}

/**
 * A real provider of OpenID Connect, with the pages it has for development: whatever is typed as the login is who one
 * is there, and any password is right. Each start has a signing key of its own.
 */
export async function startProvider(people: Map<string, Known>, look: Look): Promise<Server> {
  const { emailInToken, signsOut = true } = look;
  const issuer = setting('CIMS_PROVIDER_ISSUER');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: setting('CIMS_PROVIDER_CLIENT_ID'),
        client_secret: setting('CIMS_PROVIDER_CLIENT_SECRET'),
        redirect_uris: [`${setting('CIMS_BY_PROVIDER_URL')}/sign-in/callback`],
        ...(signsOut && { post_logout_redirect_uris: [`${setting('CIMS_BY_PROVIDER_URL')}/sign-in`] }),
      },
    ],
    pkce: { required: () => true },
    features: { rpInitiatedLogout: { enabled: signsOut } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !emailInToken,
    jwks: {
      keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }],
    },
    cookies: { keys: [randomUUID()] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => {
        const known = people.get(id);
        return { sub: id, email: known?.email, email_verified: known?.verified ?? true };
      },
    }),
  });
  const { hostname, port } = new URL(issuer);
  return await new Promise((resolve) => {
    const server = provider.listen(Number(port), hostname, () => resolve(server));
  });
}

export async function stopProvider(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
