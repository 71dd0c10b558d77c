import { type ComponentType, lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { unreachable } from '../api/problem';
import CustomersPage from '../customers/list/CustomersPage';
import { SignedIn } from '../session/SignedIn';
import { SignInPage } from '../session/SignInPage';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

/** A page whose script is loaded when it is first visited; that it does not arrive is the server out of reach. */
function page(load: () => Promise<{ default: ComponentType }>) {
  return lazy(() =>
    load().catch(() => {
      throw unreachable();
    }),
  );
}

const ProviderPage = page(() => import('../session/ProviderPage'));
const HomePage = page(() => import('../home/HomePage'));
const CustomerPage = page(() => import('../customers/record/CustomerPage'));
const BinPage = page(() => import('../customers/BinPage'));
const FollowUpsPage = page(() => import('../interactions/FollowUpsPage'));
const InteractionsPage = page(() => import('../interactions/InteractionsPage'));
const TagsPage = page(() => import('../tags/TagsPage'));
const ImportsPage = page(() => import('../imports/ImportsPage'));
const AccountPage = page(() => import('../account/AccountPage'));
const PeoplePage = page(() => import('../people/PeoplePage'));
const TeamPage = page(() => import('../team/TeamPage'));
const RolesPage = page(() => import('../roles/RolesPage'));
const RolePage = page(() => import('../roles/RolePage'));
const LogPage = page(() => import('../log/LogPage'));
const DictionariesPage = page(() => import('../dictionaries/DictionariesPage'));
const DeliveriesPage = page(() => import('../deliveries/DeliveriesPage'));
const ImportPage = page(() => import('../imports/ImportPage'));

export function Pages() {
  return (
    <BrowserRouter>
      <Routes>
        <Route path="sign-in" element={<SignInPage />} />
        <Route
          path="sign-in/callback"
          element={
            <Suspense fallback={null}>
              <ProviderPage />
            </Suspense>
          }
        />
        <Route
          element={
            <SignedIn>
              <Shell />
            </SignedIn>
          }
        >
          <Route index element={<HomePage />} />
          <Route path="customers" element={<CustomersPage />} />
          <Route path="customers/bin" element={<BinPage />} />
          <Route path="customers/:id" element={<CustomerPage />} />
          <Route path="interactions" element={<InteractionsPage />} />
          <Route path="follow-ups" element={<FollowUpsPage />} />
          <Route path="tags" element={<TagsPage />} />
          <Route path="imports" element={<ImportsPage />} />
          <Route path="imports/:id" element={<ImportPage />} />
          <Route path="account" element={<AccountPage />} />
          <Route path="people" element={<PeoplePage />} />
          <Route path="team" element={<TeamPage />} />
          <Route path="roles" element={<RolesPage />} />
          <Route path="roles/:code" element={<RolePage />} />
          <Route path="log" element={<LogPage />} />
          <Route path="dictionaries" element={<DictionariesPage />} />
          <Route path="deliveries" element={<DeliveriesPage />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
