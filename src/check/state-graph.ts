/*
 * A model whose states and steps are computed once and then looked up. Many observations of one setup (its outcomes, and
 * their deliberately wrong variants) walk over the same few thousand states; without sharing, each would run the handler
 * again.
 */
import type { AcceptingModel } from "./accept.ts";

/** A state of the model that has been met, with what has been learnt about it. */
export interface GraphNode<State, Choice, Rec> {
  readonly state: State;
  /** Short, unique among the nodes of its graph. */
  readonly name: string;
  enabled: readonly Choice[] | null;
  readonly edges: Map<string, GraphEdge<State, Choice, Rec>>;
}

/** One step that has been made. */
export interface GraphEdge<State, Choice, Rec> {
  readonly state: GraphNode<State, Choice, Rec>;
  readonly records: readonly Rec[];
}

/** `model` over shared nodes, and the way in. `keyOf` tells the choices of one state apart. */
export function shareStates<State, Choice, Rec>(
  model: AcceptingModel<State, Choice, Rec>,
  keyOf: (choice: Choice) => string,
): AcceptingModel<GraphNode<State, Choice, Rec>, Choice, Rec> & {
  readonly enter: (state: State) => GraphNode<State, Choice, Rec>;
} {
  const nodes = new Map<string, GraphNode<State, Choice, Rec>>();
  const enter = (state: State): GraphNode<State, Choice, Rec> => {
    const key = model.encode(state);
    const known = nodes.get(key);
    if (known !== undefined) return known;
    const node = { state, name: nodes.size.toString(36), enabled: null, edges: new Map() };
    nodes.set(key, node);
    return node;
  };
  return {
    enter,
    encode: (node) => node.name,
    enabled: (node) => {
      node.enabled ??= model.enabled(node.state);
      return node.enabled;
    },
    step: (node, choice) => {
      const key = keyOf(choice);
      const known = node.edges.get(key);
      if (known !== undefined) return known;
      const { state, records } = model.step(node.state, choice);
      const edge = { state: enter(state), records };
      node.edges.set(key, edge);
      return edge;
    },
  };
}
