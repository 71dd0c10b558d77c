import { lazy } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import CustomersPage from '../customers/CustomersPage';
import { SignedIn } from '../session/SignedIn';
import { SignInPage } from '../session/SignInPage';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

const HomePage = lazy(() => import('../home/HomePage'));
const CustomerPage = lazy(() => import('../customers/CustomerPage'));
const FollowUpsPage = lazy(() => import('../interactions/FollowUpsPage'));
const TagsPage = lazy(() => import('../tags/TagsPage'));
const ImportUploadPage = lazy(() => import('../imports/ImportUploadPage'));
const ImportPage = lazy(() => import('../imports/ImportPage'));

export function Pages() {
  return (
    <BrowserRouter>
      <Routes>
        <Route path="sign-in" element={<SignInPage />} />
        <Route
          element={
            <SignedIn>
              <Shell />
            </SignedIn>
          }
        >
          <Route index element={<HomePage />} />
          <Route path="customers" element={<CustomersPage />} />
          <Route path="customers/:id" element={<CustomerPage />} />
          <Route path="follow-ups" element={<FollowUpsPage />} />
          <Route path="tags" element={<TagsPage />} />
          <Route path="imports" element={<ImportUploadPage />} />
          <Route path="imports/:id" element={<ImportPage />} />
          <Route path="*" element={<NotFound />} />
        </Route>
      </Routes>
    </BrowserRouter>
  );
}
