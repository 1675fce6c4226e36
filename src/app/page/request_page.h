// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "expose/text/text.h"
#include "metric/store/store.h"
#include "model/snapshot.h"

namespace routemeter::app {

/// How a client wants a page.
struct PageForm {
  expose::Dialect dialect = expose::Dialect::kText;
  bool gzip = false;

  static constexpr std::size_t kForms = expose::kDialects * 2;
  std::size_t number() const { return static_cast<std::size_t>(dialect) * 2 + (gzip ? 1 : 0); }
};

/// The request metrics as they were at some moment. Every scrape shows them until another line is counted, so
/// they are written once for each form that is asked for.
class RequestPage {
 public:
  /// `families`: frozen; `stores`: that they are of.
  RequestPage(model::Snapshot families, std::vector<std::shared_ptr<const metric::Store>> stores)
      : stores_(std::move(stores)), families_(std::move(families)) {}

  /// For one thread.
  const expose::PagePart& part(PageForm form) {
    std::optional<expose::PagePart>& part = parts_[form.number()];
    if (!part) part.emplace(families_, form.dialect, form.gzip, false);
    return *part;
  }

 private:
  std::vector<std::shared_ptr<const metric::Store>> stores_;  // before what sees them
  model::Snapshot families_;
  std::array<std::optional<expose::PagePart>, PageForm::kForms> parts_;
};

}  // namespace routemeter::app
