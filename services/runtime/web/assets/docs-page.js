// Starts Swagger UI on the OpenAPI document that the page names. A file of its own, so that the page's
// Content-Security-Policy can forbid inline scripts.
window.addEventListener("load", () => {
  const container = document.getElementById("swagger-ui");
  window.ui = SwaggerUIBundle({
    url: container.dataset.openapi,
    domNode: container,
    deepLinking: true,
    validatorUrl: null,
    defaultModelsExpandDepth: 1,
  });
});
