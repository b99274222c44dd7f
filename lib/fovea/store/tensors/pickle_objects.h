// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/store/tensors/pickle_stack.h"

namespace fovea {

/** \brief A class or function by name, one of the few that files of torch.save name; else throws */
void push_global(PickleStack &stack, std::string_view module, std::string_view name);

/** \brief What calling \a callable with a tuple of \a arguments would give: a dict or a tensor */
void push_result(PickleStack &stack, std::uint32_t callable, std::uint32_t arguments);

/** \brief The storage that a persistent id, `('storage', type, key, location, count)`, refers to */
void push_storage(PickleStack &stack, std::uint32_t id);

} // namespace fovea
