// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/import_part.h"

namespace apex::backend {

/// Looks up size and time of change of each file; in the order of their names, so that the order in
/// which files are given makes no difference.
[[nodiscard]] Expected<std::vector<Source>> lookAt(const std::vector<ImportFile>& files);
/// Finds out what each file is, by its content.
[[nodiscard]] Expected<void> findKinds(std::vector<Source>& sources);
/// Computes the content ids that are not known yet, with several threads.
[[nodiscard]] Expected<void> hashUnknown(std::vector<Source>& sources, unsigned threads,
                                         const std::stop_token& stop);
/// Marks files with the same bytes as an earlier one. Only files of the same size are read for it.
[[nodiscard]] Expected<void> markSameFiles(std::vector<Source>& sources, unsigned threads,
                                           const std::stop_token& stop);
/// `wanted`, or the number of the machine's processors.
[[nodiscard]] unsigned threadCount(unsigned wanted);

} // namespace apex::backend
