#pragma once
#include "server/front_deps.hpp"
#include "server/layout_library.hpp"
#include "server/layout_previews.hpp"
#include "server/router.hpp"

namespace tessera::server {

/// GET /api/v1/layouts, …/{layout}, …/{layout}/preview.png. Owned by the Front, with what it refers to.
class RestLayouts {
 public:
  RestLayouts(const FrontDeps& deps, const LayoutLibrary& library, LayoutPreviews& previews, Router& router);

 private:
  void list(const HttpRequest& request, const Respond& respond) const;
  void preview(const HttpRequest& request, const std::string& name, const Respond& respond) const;

  const FrontDeps& deps_;
  const LayoutLibrary& library_;
  LayoutPreviews& previews_;
};

}  // namespace tessera::server
