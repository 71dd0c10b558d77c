import { lazy } from 'react';
import { createBrowserRouter } from 'react-router';
import CustomersPage from '../customers/CustomersPage';
import { SignedIn } from '../session/SignedIn';
import { SignInPage } from '../session/SignInPage';
import { Broken } from './Broken';
import { NotFound } from './NotFound';
import { Shell } from './Shell';

const HomePage = lazy(() => import('../home/HomePage'));
const CustomerPage = lazy(() => import('../customers/CustomerPage'));
const FollowUpsPage = lazy(() => import('../interactions/FollowUpsPage'));
const TagsPage = lazy(() => import('../tags/TagsPage'));
const ImportUploadPage = lazy(() => import('../imports/ImportUploadPage'));
const ImportPage = lazy(() => import('../imports/ImportPage'));

export const router = createBrowserRouter([
  { path: '/sign-in', element: <SignInPage />, errorElement: <Broken /> },
  {
    element: (
      <SignedIn>
        <Shell />
      </SignedIn>
    ),
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { index: true, element: <HomePage /> },
          { path: 'customers', element: <CustomersPage /> },
          { path: 'customers/:id', element: <CustomerPage /> },
          { path: 'follow-ups', element: <FollowUpsPage /> },
          { path: 'tags', element: <TagsPage /> },
          { path: 'imports', element: <ImportUploadPage /> },
          { path: 'imports/:id', element: <ImportPage /> },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);
