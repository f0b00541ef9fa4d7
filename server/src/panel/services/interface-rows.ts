import { type InterfaceWanted, interfaceWanted } from "@tundeck/shared"
import { type Store, sql } from "../store/store.ts"

/** The wishes as they are saved. */
export class InterfaceRows {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  all(): InterfaceWanted[] {
    return this.#store.all(sql.selectFrom("interfaces").select("wanted").orderBy("name")).map(parse)
  }

  find(name: string): InterfaceWanted | undefined {
    const row = this.#store.first(sql.selectFrom("interfaces").select("wanted").where("name", "=", name))
    return row && parse(row)
  }

  insert(wanted: InterfaceWanted): void {
    this.#store.run(sql.insertInto("interfaces").values({ name: wanted.name, wanted: JSON.stringify(wanted) }))
  }

  update(name: string, wanted: InterfaceWanted): void {
    const values = { name: wanted.name, wanted: JSON.stringify(wanted) }
    this.#store.run(sql.updateTable("interfaces").set(values).where("name", "=", name))
  }

  remove(name: string): void {
    this.#store.run(sql.deleteFrom("interfaces").where("name", "=", name))
  }

  /** The names of the tunnels over it. */
  tunnelsOver(name: string): string[] {
    const rows = this.#store.all(sql.selectFrom("tunnels").select("name").where("interface", "=", name).orderBy("name"))
    return rows.map((row) => row.name)
  }
}

function parse(row: { wanted: string }): InterfaceWanted {
  return interfaceWanted.parse(JSON.parse(row.wanted))
}
