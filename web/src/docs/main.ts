import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';
import { SwaggerUIBundle } from 'swagger-ui-dist';

SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  tryItOutEnabled: false,
  // No badge that asks a foreign host whether the document is valid.
  validatorUrl: null,
});
