#include "server/rest_layouts.hpp"

#include "server/problem.hpp"
#include "server/rest_api.hpp"

namespace tessera::server {

RestLayouts::RestLayouts(const FrontDeps& deps, const LayoutLibrary& library, LayoutPreviews& previews,
                         Router& router)
    : deps_(deps), library_(library), previews_(previews) {
  router.add("GET", "/api/v1/layouts",
             [this](const RequestPtr& request, const PathParams&, const Respond& respond) {
               list(*request, respond);
             });
  router.add("GET", "/api/v1/layouts/{layout}",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               if (auto identity = identity_of(deps_.auth, *request); !identity)
                 return respond(failure_response(identity.error()));
               const Json* source = library_.layouts().source(params.find("layout")->second);
               if (!source)
                 return respond(problem_response(404, "unknown-layout", "there is no such layout"));
               respond(json_response(200, *source));
             });
  router.add("GET", "/api/v1/layouts/{layout}/preview.png",
             [this](const RequestPtr& request, const PathParams& params, const Respond& respond) {
               preview(*request, params.find("layout")->second, respond);
             });
}

// Everybody may know what there is; what is wrong with a file is the operators' business.
void RestLayouts::list(const HttpRequest& request, const Respond& respond) const {
  auto identity = identity_of(deps_.auth, request);
  if (!identity) return respond(failure_response(identity.error()));
  if (identity->role >= Role::operator_) return respond(json_response(200, library_.describe()));
  respond(json_response(200, Json::object({{"layouts", library_.layouts().titles()}})));
}

void RestLayouts::preview(const HttpRequest& request, const std::string& name, const Respond& respond) const {
  if (auto identity = identity_of(deps_.auth, request); !identity)
    return respond(failure_response(identity.error()));
  const Json* source = library_.layouts().source(name);
  if (!source) return respond(problem_response(404, "unknown-layout", "there is no such layout"));
  const auto wish = preview_wish(request);
  if (!wish) return respond(failure_response(wish.error()));
  previews_.draw(
      source->dump(), library_.layouts().directory(), *wish, [respond](const Result<std::string>& png) {
        if (png) return respond(text_response(200, "image/png", *png).with("Cache-Control", "no-cache"));
        if (png.error().code == "too-busy")
          return respond(problem_response(503, "too-busy", png.error().message).with("Retry-After", "2"));
        respond(problem_response(500, "preview-failed", png.error().message));
      });
}

}  // namespace tessera::server
