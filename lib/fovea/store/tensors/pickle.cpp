// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/pickle.h"

#include <algorithm>
#include <array>

#include "fovea/store/byte_reader.h"
#include "fovea/store/tensors/pickle_objects.h"
#include "fovea/store/tensors/pickle_stack.h"

namespace fovea {

namespace {

using Kind = PickledValue::Kind;

constexpr std::size_t most_steps = std::size_t{1} << 22;

std::int64_t long_integer(ByteReader &reader, const PickleStack &stack)
{
    const std::string_view bytes = reader.take(reader.number<std::uint8_t>());
    if (bytes.size() > sizeof(std::int64_t))
        throw stack.wrong("holds an integer of " + std::to_string(bytes.size()) +
                          " bytes, expected at most 8");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
    const std::size_t bits = 8 * bytes.size();
    if (bits > 0 && bits < 64 && (value >> (bits - 1)) != 0)
        value |= ~std::uint64_t{0} << bits; // the sign
    return static_cast<std::int64_t>(value);
}

double big_endian_real(ByteReader &reader)
{
    std::array<char, sizeof(double)> bytes = {};
    const std::string_view taken = reader.take(bytes.size());
    std::copy(taken.rbegin(), taken.rend(), bytes.begin());
    double value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

void check_protocol(ByteReader &reader, const PickleStack &stack)
{
    if (const auto protocol = reader.number<std::uint8_t>(); protocol != 2)
        throw stack.wrong("is in pickle protocol " + std::to_string(protocol) + ", expected 2");
}

/* Each of the three reads the opcodes of one sort and says whether this was one. */

bool push_plain(std::uint8_t opcode, ByteReader &reader, PickleStack &stack)
{
    switch (opcode) {
    case 'N': // NONE
        stack.push(Kind::None);
        return true;
    case 0x88: // NEWTRUE
    case 0x89: // NEWFALSE
        stack.push(Kind::Bool).integer = opcode == 0x88 ? 1 : 0;
        return true;
    case 'J': // BININT
        stack.push(Kind::Integer).integer = reader.number<std::int32_t>();
        return true;
    case 'K': // BININT1
        stack.push(Kind::Integer).integer = reader.number<std::uint8_t>();
        return true;
    case 'M': // BININT2
        stack.push(Kind::Integer).integer = reader.number<std::uint16_t>();
        return true;
    case 0x8a: // LONG1
        stack.push(Kind::Integer).integer = long_integer(reader, stack);
        return true;
    case 'G': // BINFLOAT
        stack.push(Kind::Real).real = big_endian_real(reader);
        return true;
    case 'X': // BINUNICODE
    case 'T': // BINSTRING, of Python 2
        stack.push(Kind::Text).text = reader.take(reader.number<std::uint32_t>());
        return true;
    case 'U': // SHORT_BINSTRING, of Python 2
        stack.push(Kind::Text).text = reader.take(reader.number<std::uint8_t>());
        return true;
    default:
        return false;
    }
}

bool build_container(std::uint8_t opcode, PickleStack &stack)
{
    switch (opcode) {
    case '(': // MARK
        stack.push_mark();
        return true;
    case ')': // EMPTY_TUPLE
        stack.push(Kind::Tuple);
        return true;
    case ']': // EMPTY_LIST
        stack.push(Kind::List);
        return true;
    case '}': // EMPTY_DICT
        stack.push(Kind::Dict);
        return true;
    case 't': // TUPLE
        stack.push_tuple(stack.pop_to_mark());
        return true;
    case 0x85: // TUPLE1
    case 0x86: // TUPLE2
    case 0x87: // TUPLE3
        stack.push_tuple(stack.pop_last(opcode - 0x84U));
        return true;
    case 'a': // APPEND
        stack.append(stack.pop_last(1), Kind::List);
        return true;
    case 'e': // APPENDS
        stack.append(stack.pop_to_mark(), Kind::List);
        return true;
    case 's': // SETITEM
        stack.append(stack.pop_last(2), Kind::Dict);
        return true;
    case 'u': // SETITEMS
        stack.append(stack.pop_to_mark(), Kind::Dict);
        return true;
    default:
        return false;
    }
}

bool build_object(std::uint8_t opcode, ByteReader &reader, PickleStack &stack)
{
    switch (opcode) {
    case 'c': { // GLOBAL
        const std::string_view module = reader.line();
        push_global(stack, module, reader.line());
        return true;
    }
    case 'R': { // REDUCE
        const std::vector<std::uint32_t> call = stack.pop_last(2);
        push_result(stack, call[0], call[1]);
        return true;
    }
    case 'Q': // BINPERSID
        push_storage(stack, stack.pop());
        return true;
    case 'b': // BUILD: attributes of an OrderedDict, for example versions, which no tensor needs
        stack.pop();
        if (stack.top().kind != Kind::Dict && stack.top().kind != Kind::None)
            throw stack.wrong(std::string("sets attributes of ") + kind_name(stack.top().kind) +
                              ", expected a plain dict of tensors");
        return true;
    case 'q': // BINPUT
        stack.memorise(reader.number<std::uint8_t>());
        return true;
    case 'r': // LONG_BINPUT
        stack.memorise(reader.number<std::uint32_t>());
        return true;
    case 'h': // BINGET
        stack.recall(reader.number<std::uint8_t>());
        return true;
    case 'j': // LONG_BINGET
        stack.recall(reader.number<std::uint32_t>());
        return true;
    default:
        return false;
    }
}

} // namespace

std::int64_t size_of(ElementType type)
{
    switch (type) {
    case ElementType::Float64:
    case ElementType::Int64:
        return 8;
    case ElementType::Float32:
    case ElementType::Int32:
        return 4;
    case ElementType::Float16:
    case ElementType::BFloat16:
    case ElementType::Int16:
        return 2;
    case ElementType::Int8:
    case ElementType::UInt8:
    case ElementType::Bool:
        break;
    }
    return 1;
}

const char *kind_name(PickledValue::Kind kind)
{
    constexpr std::array<const char *, 12> names = {
        "a mark",  "None",   "a truth value", "an integer", "a number",  "text",
        "a tuple", "a list", "a dict",        "a class",    "a storage", "a tensor"};
    return names[static_cast<std::size_t>(kind)];
}

Pickle read_pickle(std::string_view bytes)
{
    ByteReader reader(bytes);
    PickleStack stack;
    for (std::size_t step = 0; step < most_steps; ++step) {
        stack.at = reader.at();
        const auto opcode = reader.number<std::uint8_t>();
        if (opcode == 0x80) { // PROTO
            check_protocol(reader, stack);
        } else if (opcode == '.') { // STOP
            stack.pickle().root = stack.pop();
            stack.pickle().size = reader.at();
            return std::move(stack.pickle());
        } else if (!push_plain(opcode, reader, stack) && !build_container(opcode, stack) &&
                   !build_object(opcode, reader, stack)) {
            throw stack.wrong("holds the pickle opcode " + std::to_string(opcode) +
                              ", expected a plain dict of tensors in pickle protocol 2");
        }
    }
    throw stack.wrong("has more than " + std::to_string(most_steps) + " steps");
}

} // namespace fovea
